// Helps where the page did not load whole: the server was upgraded meanwhile, or went away. Nothing else has to work.
{
  const isAgain = performance.getEntriesByType("navigation")[0]?.type === "reload";
  let isTold = false;

  const tell = () => {
    const page = document.getElementById("page");
    if (page === null || page.hasChildNodes()) return;
    const button = document.createElement("button");
    button.textContent = "Reload";
    button.onclick = () => location.reload();
    page.append("The page did not load whole. ", button);
  };
  // A server that answers has all files of its own version: the first time, nobody needs to be asked.
  const help = () => {
    if (isAgain) return tell();
    fetch("about.json", { cache: "no-store" }).then(({ ok }) => (ok ? location.reload() : tell()), tell);
  };
  // A failed load does not bubble; once something is drawn, whoever asked for more sees to it.
  addEventListener("error", ({ target }) => {
    if (isTold || !(target instanceof Element) || !target.matches("script, link[rel=stylesheet]")) return;
    if (document.getElementById("page")?.hasChildNodes()) return;
    isTold = true;
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", help);
    else help();
  }, true);
}
