// Helps where the page did not load whole: the server was upgraded meanwhile, or went away. Nothing else has to work.
addEventListener("error", ({ target }) => {
  const page = document.getElementById("page");
  // Once something is drawn, whoever asked for more sees to it.
  if (!target.matches?.("script, [rel=stylesheet]") || page?.firstChild) return;
  const tell = () => {
    if (!page || page.firstChild) return;
    const button = document.createElement("button");
    button.textContent = "Reload";
    button.onclick = () => location.reload();
    page.append("The page did not load whole. ", button);
  };
  // A server that answers has all files of its own version: the first time, nobody needs to be asked.
  if (performance.getEntriesByType("navigation")[0]?.type === "reload") tell();
  else fetch("about.json").then(() => location.reload(), tell);
}, true);
