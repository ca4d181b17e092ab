// Sentences for people, written by the server in their language.
const data = { ...document.getElementById("mark-texts")?.dataset, ...document.getElementById("texts")?.dataset };

export function text(name, values = {}) {
  return (data[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}
