// Light, dark or the system's choice. The choice stays in this browser and goes to no server.
// Loaded in the head before the first paint, so that a stored choice never flashes the other one.
// <theme-switch></theme-switch> fills itself with the three buttons; without script it stays empty.
(() => {
  const KEY = "theme";
  const CHOICES = [["system", "System"], ["light", "Light"], ["dark", "Dark"]];
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system"; // storage is forbidden: follow the system
    }
  }

  function apply(choice) {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  }

  function store(choice) {
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // The choice then holds for this page only.
    }
  }

  apply(stored());

  customElements.define("theme-switch", class extends HTMLElement {
    connectedCallback() {
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", "Theme");
      this.replaceChildren(...CHOICES.map(([choice, label]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.value = choice;
        button.textContent = label;
        return button;
      }));
      this.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        apply(button.value);
        store(button.value);
        this.show(button.value);
      });
      this.show(stored());
    }

    show(choice) {
      for (const button of this.children) button.setAttribute("aria-pressed", button.value === choice);
    }
  });
})();
