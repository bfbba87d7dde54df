// The worker of the search starts when it gets its first message: when somebody searches. Until
// then neither its script nor the index crosses the wire.
//
// Many words with signs are an error message that somebody pasted. Its quotes, colons and signs are operators
// to the search, its numbers are of another program, and a traceback before it has lines of many
// files. So only the words of the message itself are searched for, and not more than it takes. They
// are whole words, which the boost 1 says. Only the last may be the beginning of one, as always.
window.Worker = ((Worker) => {
  const QUERY = 2 // the type of Material's message that asks for results

  function readMessage(query) {
    if (query.trim().split(/\s+/).length < 5 || !/[^\p{L}\s,?-]/u.test(query)) return query
    const message = query.replace(/^.*\b\w+(?:Error|Warning|Exception): /s, "")
    const words = message.split(/[^\p{L}\w]+/u).filter((word) => /^\D\w\w/.test(word))
    return [...new Set(words)].slice(0, 40).join("^1 ") || query
  }

  return class extends EventTarget {
    constructor(url) {
      super()
      this.url = url
    }

    postMessage(message) {
      const { type, data } = message
      if (type === QUERY) message = { type, data: readMessage(data) }
      if (!this.worker) {
        this.worker = new Worker(this.url)
        this.worker.onmessage = ({ data }) =>
          this.dispatchEvent(new MessageEvent("message", { data }))
      }
      this.worker.postMessage(message)
    }
  }
})(window.Worker)
