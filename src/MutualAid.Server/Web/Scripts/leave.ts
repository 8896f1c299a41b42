/** Away from this page at once: by the link, or by Escape three times within two seconds. The way back does not lead here. */
export function leaveAtOnce(): void {
  const link = document.querySelector<HTMLAnchorElement>("[data-leave]");
  if (!link) return;
  const leave = () => {
    document.body.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses: number[] = [];
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
