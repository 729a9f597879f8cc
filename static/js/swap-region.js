// Filters, sorting, lanes and pages without a full reload. <swap-region id="…"> wraps the content of a
// page; links inside it that lead to the same path, and GET forms inside it, load that address and
// replace the content of the region by the one found there. The address, the title and the history
// follow, so that the back button and shared links work, and elsewhere on the page whatever has an id and
// data-swap is replaced as well. Without script, and whenever anything is
// unusual, links and forms do what they always do.
customElements.define("swap-region", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("submit", (event) => this.onSubmit(event));
    this.onPop = () => this.load(location.href);
    addEventListener("popstate", this.onPop);
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.onPop);
    this.request?.abort();
  }

  onClick(event) {
    const link = event.target.closest("a[href]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || !this.isHere(link.href)) return;
    event.preventDefault();
    this.go(link.href);
  }

  onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "get" || !this.isHere(form.action)) return;
    event.preventDefault();
    const address = new URL(form.action);
    const given = [...new FormData(form, event.submitter)].filter(([, value]) => value !== "");
    address.search = new URLSearchParams(given);
    this.go(address.href);
  }

  // The same page under other parameters; a mere jump within it is left to the browser.
  isHere(href) {
    const address = new URL(href, location.href);
    return address.origin === location.origin && address.pathname === location.pathname && !address.hash;
  }

  async go(href) {
    const landed = await this.load(href);
    if (landed) history.pushState(null, "", landed);
  }

  async load(href) {
    this.request?.abort();
    this.request = new AbortController();
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(href, { signal: this.request.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const region = page.getElementById(this.id);
      if (!region) throw new Error("The answer has no such region.");
      this.show(region, page.title);
      for (const part of page.querySelectorAll("[data-swap]")) document.getElementById(part.id)?.replaceWith(document.importNode(part, true));
      return answer.url;
    } catch (error) {
      if (error.name !== "AbortError") location.assign(href);
      return null;
    } finally {
      this.removeAttribute("aria-busy");
    }
  }

  show(region, title) {
    const focused = document.activeElement;
    const id = this.contains(focused) ? focused.id : "";
    const text = this.contains(focused) ? focused.textContent : "";
    const opened = new Set([...this.querySelectorAll("details[open]")].map((box) => box.className));
    this.replaceChildren(...document.importNode(region, true).childNodes);
    document.title = title;
    for (const box of this.querySelectorAll("details")) if (opened.has(box.className)) box.open = true;
    const same = id ? document.getElementById(id) : [...this.querySelectorAll("a, button")].find((e) => text && e.textContent === text);
    (same ?? this).focus({ preventScroll: true });
  }
});
