/** Of all open tabs one leads: it stays connected out of sight and raises the system's notifications. */
const LOCK = 'taskflow-leads';

let leading = false;
let asked = false;

/** Asks for the lead once per page; the browser hands it on when the tab that has it goes. */
export function leads(): boolean {
  if (!asked) ask();
  return leading;
}

function ask(): void {
  asked = true;
  // Without locks (plain http on another machine) every tab leads; there the notifications' tag merges what several raise.
  if (!navigator.locks) {
    leading = true;
    return;
  }
  void navigator.locks.request(LOCK, () => {
    leading = true;
    return new Promise(() => {});
  });
}
