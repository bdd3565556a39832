// A parent of an emulator: starts one, tells what it is on one line, and stays until it is killed, or ends at once if its argument says so.
import { Emulator } from '../emulator';

void Emulator.start().then(({ pid, url }) => {
  process.stdout.write(`${JSON.stringify({ pid, url })}\n`, () => {
    if (process.argv[2] === 'end') {
      process.exit(0);
    }
    setInterval(() => undefined, 60_000);
  });
});
