package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/chengshu/chengshu/internal/door/console"
	"github.com/chengshu/chengshu/internal/fault"
)

// Socket is where commands reach the server that owns a data folder.
func Socket(data string) string { return filepath.Join(data, "chengshu.sock") }

// Serve listens on the folder's socket, and on the configured address unless it is empty,
// until ctx ends; ready is told the address once all accept.
func (n *Node) Serve(ctx context.Context, ready func(address string)) error {
	var listeners []net.Listener
	address := Socket(n.Config.Data)
	if n.Config.Listen != "" {
		tcp, err := net.Listen("tcp", n.Config.Listen)
		if err != nil {
			return fault.New(fault.Conflict, "listen", fault.T("无法监听 %s", "cannot listen on %s", n.Config.Listen)).
				Fix(fault.T("请换一个端口，或停用占用它的程序", "choose another port, or stop the program that has it")).Wrap(err)
		}
		address = tcp.Addr().String()
		if n.Config.TLS.Cert != "" {
			certificate, err := newCertificate(n.Config.TLS, n.log)
			if err != nil {
				return errors.Join(err, tcp.Close())
			}
			tcp = tls.NewListener(tcp, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certificate.get, NextProtos: []string{"http/1.1"}})
		}
		listeners = append(listeners, tcp)
	}
	unix, err := listenSocket(Socket(n.Config.Data))
	if err != nil {
		for _, l := range listeners {
			err = errors.Join(err, l.Close())
		}
		return fmt.Errorf("node: listen on the socket: %w", err)
	}
	return n.serve(ctx, append(listeners, unix), func() {
		if ready != nil {
			ready(address)
		}
	})
}

func (n *Node) serve(ctx context.Context, listeners []net.Listener, ready func()) (err error) {
	base, stop := context.WithCancel(context.Background())
	defer stop()
	server := &http.Server{Handler: n.Handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return base }, ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if c.LocalAddr().Network() == "unix" { // the folder's socket: only who may open the folder reaches it
				return console.Local(ctx)
			}
			return ctx
		}}
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- server.Serve(l) }()
	}
	ready()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop() // event streams end with their base
	end, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := errors.Join(err, server.Shutdown(end)); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// listenSocket takes the place of a dead server's socket: the folder's lock is ours.
func listenSocket(path string) (l net.Listener, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	err = named(path, func(name string) error {
		l, err = net.Listen("unix", name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o600)
}

// DialSocket connects to the server that owns a data folder.
func DialSocket(ctx context.Context, data string) (c net.Conn, err error) {
	path, err := filepath.Abs(Socket(data))
	if err != nil {
		return nil, err
	}
	err = named(path, func(name string) error {
		c, err = new(net.Dialer).DialContext(ctx, "unix", name)
		return err
	})
	return c, err
}

// named gives a path by a name short enough for a socket, which holds 107 bytes.
func named(path string, use func(name string) error) error {
	if len(path) < 100 {
		return use(path)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return use(fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)))
}
