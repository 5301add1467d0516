// Browsers start no worker for a page that is read from the disk. There the search runs in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      this.onmessage = null
      this.waiting = []
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      document.body.appendChild(this.frame)
      const inside = this.frame.contentWindow
      // What the worker sends goes to the page: later and as a copy, as between threads.
      inside.postMessage = data => this.later(data, event => {
        this.dispatchEvent(event)
        if (this.onmessage) this.onmessage(event)
      })
      const script = inside.document.createElement("script")
      script.src = new URL(url, location).href
      script.onload = () => {
        const waiting = this.waiting
        this.waiting = null
        waiting.forEach(data => this.postMessage(data))
      }
      inside.document.body.appendChild(script)
    }

    later(data, deliver) {
      const event = new MessageEvent("message", { data: structuredClone(data) })
      setTimeout(() => this.frame.isConnected && deliver(event))
    }

    postMessage(data) {
      if (this.waiting) this.waiting.push(data)
      else this.later(data, event => this.frame.contentWindow.dispatchEvent(event))
    }

    terminate() {
      this.frame.remove()
    }
  }
}
