/* Runs before everything else, in any browser: sets the theme chosen last (so that nothing
   flashes) and shows the plain page where the browser is older than Chromium 92. */
(function () {
  var root = document.documentElement;
  var theme = null;
  try { theme = localStorage.getItem('chengshu.theme'); } catch (e) { /* no storage: follow the system */ }
  if (theme !== 'light' && theme !== 'dark') {
    theme = window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.setAttribute('data-theme', theme);
  if (Array.prototype.at && 'noModule' in HTMLScriptElement.prototype) return;
  root.className = 'old-browser';
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('old').removeAttribute('hidden');
    document.getElementById('root').setAttribute('hidden', '');
    if (document.querySelector('meta[name=demo]').content === 'true') document.getElementById('old-demo').removeAttribute('hidden');
  });
})();
