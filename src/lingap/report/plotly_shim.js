// plotly.js writes style elements and style attributes; under a policy without 'unsafe-inline'
// the first need the page's nonce and the second must go through the CSS object model.
(() => {
  const nonce = document.querySelector("style[nonce]").nonce;
  const create = Document.prototype.createElement;
  document.createElement = function (name, options) {
    const element = create.call(this, name, options);
    if (String(name).toLowerCase() === "style") element.setAttribute("nonce", nonce);
    return element;
  };
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else set.call(this, name, value);
  };
})();
