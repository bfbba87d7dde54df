{#- The worker of the search starts when it gets its first message: when somebody searches. Until
    then neither its script nor the index crosses the wire.

    Many words with signs are an error message that somebody pasted. Its quotes, colons and signs are operators
    to the search, its numbers are of another program, and a traceback before it has lines of many
    files. So only the words of the message itself are searched for, and not more than it takes. They
    are whole words, which the boost 1 says. Only the last may be the beginning of one, as always.

    A result quotes its page from shortly before the first match. The stylesheet keeps two lines of it. -#}
window.Worker = ((Worker) => {
  const QUERY = 2 // the type of Material's message that asks for results
  const RESULT = 3 // and of the message that has them

  function readMessage(query) {
    if (query.trim().split(/\s+/).length < 5 || !/[^\p{L}\s,?-]/u.test(query)) return query
    const message = query.replace(/^.*\b\w+(?:Error|Warning|Exception): /s, "")
    const words = message.split(/[^\p{L}\w]+/u).filter((word) => /^\D\w\w/.test(word))
    return [...new Set(words)].slice(0, 40).join("^1 ") || query
  }

  function quote(html) {
    const text = html.replace(/<\/?code>/g, "").replace(/<(?!\/?mark>)[^>]*>/g, " ")
    const match = Math.max(text.indexOf("<mark>"), 0) // without one it begins at the top
    const sentence = text.slice(0, match).split(/[.?!] +/).pop()
    const start = sentence.length > 50 ? sentence.slice(-40).replace(/^\S*/, "…") : sentence
    return `<p>${start}${text.slice(match)}</p>`
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
        this.worker.onmessage = ({ data }) => {
          if (data.type === RESULT) for (const each of data.data.items.flat()) each.text &&= quote(each.text)
          this.dispatchEvent(new MessageEvent("message", { data }))
        }
      }
      this.worker.postMessage(message)
    }
  }
})(window.Worker)
