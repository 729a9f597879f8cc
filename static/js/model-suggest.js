// Suggestions below a model field. <model-suggest src="/compare/suggest/"> wraps one labelled text
// input and an empty <ul role="listbox" hidden>. The server answers src?q=TEXT with
// {"suggestions": [{"slug", "name", "note"}]}; picking one writes its name into the input, or its slug
// where two share a name. Enter on a marked one picks it and, once every field is filled, opens the
// comparison. Without script the input is a plain field and the form resolves what was typed.
const DELAY = 120;

customElements.define("model-suggest", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    if (!this.input || !this.list) return;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    // pointerdown comes before the blur that would close the list.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    this.request?.abort();
    const text = this.input.value.trim();
    if (!text) return this.close();
    this.request = new AbortController();
    const address = new URL(this.getAttribute("src"), location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: this.request.signal });
      if (answer.ok) this.show((await answer.json()).suggestions);
    } catch {
      this.close(); // no answer: the field still works as plain text
    }
  }

  show(suggestions) {
    const names = suggestions.map((suggestion) => suggestion.name);
    const isShared = (name) => names.indexOf(name) !== names.lastIndexOf(name);
    this.list.replaceChildren(...suggestions.map((suggestion, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.value = isShared(suggestion.name) ? suggestion.slug : suggestion.name;
      const name = document.createElement("bdi");
      name.textContent = suggestion.name;
      const note = document.createElement("span");
      note.className = "suggest__note";
      note.textContent = isShared(suggestion.name) ? `${suggestion.note}, ${suggestion.slug}` : suggestion.note;
      option.append(name, " ", note);
      return option;
    }));
    this.mark(null);
    this.list.hidden = suggestions.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
  }

  mark(option) {
    this.list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
    this.marked = option;
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  pick(option) {
    this.input.value = option.dataset.value;
    this.close();
  }

  open() {
    const fields = [...this.input.form.querySelectorAll("input[name=m]")];
    const empty = fields.find((field) => !field.value.trim());
    if (empty) empty.focus();
    else this.input.form.requestSubmit();
  }

  onKey(event) {
    if (this.list.hidden) return;
    const { firstElementChild: first, lastElementChild: last } = this.list;
    if (event.key === "ArrowDown") this.mark(this.marked?.nextElementSibling ?? first);
    else if (event.key === "ArrowUp") this.mark(this.marked?.previousElementSibling ?? last);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.marked) {
      this.pick(this.marked);
      this.open();
    }
    else return;
    event.preventDefault();
  }
});
