// <proof-of-work worker challenge bits>: solves the sum of the page in a worker, then sends the form.
// Without script the second form of the page stays: the mail comes later.
class ProofOfWork extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("[data-work]");
    const status = this.querySelector("[data-status]");
    if (!form || this.worker) return;
    status.hidden = false;
    this.worker = new Worker(this.getAttribute("worker"), { type: "module" });
    this.worker.onmessage = ({ data }) => {
      form.elements.answer.value = data;
      form.submit();
    };
    this.worker.onerror = () => {
      status.textContent = "Your browser cannot do the sum. Please let us send the mail later.";
    };
    this.worker.postMessage({ challenge: this.getAttribute("challenge"), bits: Number(this.getAttribute("bits")) });
  }

  disconnectedCallback() {
    this.worker?.terminate();
    this.worker = undefined;
  }
}

customElements.define("proof-of-work", ProofOfWork);
