// A short tone, without a file: two notes, as quiet as a tap on the table.

const NOTES = [659, 880];
const LENGTH = 0.12;
const LOUDNESS = 0.08;
const PLAYED = "chat.played";
let context = null;

/** Plays it, if the browser lets the page: it does so once somebody has pressed something. */
export function playTone() {
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  context.resume().then(
    () => NOTES.forEach((pitch, index) => playNote(pitch, context.currentTime + index * LENGTH)),
    () => undefined,
  );
}

function playNote(pitch, at) {
  const note = context.createOscillator();
  const loudness = context.createGain();
  note.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 2 * LENGTH);
  note.connect(loudness).connect(context.destination);
  note.start(at);
  note.stop(at + 2 * LENGTH);
}

/** The same for an alert, which only one of several tabs plays. */
export function playFor({ tag, seq }) {
  const name = `${tag} ${seq}`;
  try {
    if (localStorage.getItem(PLAYED) === name) return;
    localStorage.setItem(PLAYED, name);
  } catch {
    // Without a storage, each tab plays it.
  }
  playTone();
}
