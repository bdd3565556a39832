// The parent process of an emulator. It starts one, prints its parts on one line, and stays until it is killed, or exits at once if its argument says
// so.
import { Cloud } from './cloud';
import { makeResident } from './resident';

void Cloud.start().then(makeResident).then((resident) => {
  process.stdout.write(`${JSON.stringify(resident)}\n`, () => {
    if (process.argv[2] === 'end') {
      process.exit(0);
    }
    setInterval(() => undefined, 60_000);
  });
});
