// The worker of the search starts when it gets its first message: when somebody searches. Until
// then neither its script nor the index crosses the wire.
window.Worker = ((Worker) =>
  class extends EventTarget {
    constructor(url) {
      super()
      this.url = url
    }

    postMessage(message) {
      if (!this.worker) {
        this.worker = new Worker(this.url)
        this.worker.onmessage = ({ data }) =>
          this.dispatchEvent(new MessageEvent("message", { data }))
      }
      this.worker.postMessage(message)
    }
  })(window.Worker)
