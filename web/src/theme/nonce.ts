/**
 * Gives the page's nonce to every style element our own scripts make. antd passes it on for
 * its components, but not where a dialog locks the page's scrolling; without it the content
 * security policy refuses that style. Markup cannot profit: it does not come this way.
 */
export function nonceStyles(nonce: string) {
  const create = document.createElement.bind(document);
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const made = create(tag, options);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  }) as typeof document.createElement;
}
