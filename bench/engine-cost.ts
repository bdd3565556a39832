import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { EngineConfig } from '../runtime/engine/engine';
import { Cost, leaveOf, moveOf } from '../test/runtime/engine/cost';
import { mailbox } from '../test/runtime/engine/mailbox';
import { reviewOf } from '../test/runtime/engine/review-cost';
import { ReviewWorld } from '../test/runtime/engine/review-world';
import { suspendMany, suspendOf } from '../test/runtime/engine/suspension-cost';
import { World } from '../test/runtime/engine/world';
import { MemoryTable } from '../test/runtime/ledger/memory-table';
import { FakeSweeper, populateDue } from '../test/runtime/sweep/sweeping';

/** Receives responses like CloudFormation's bucket, and stores them for the fake of CloudFormation. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    mailbox.set(body.RequestId, body);
    response.end();
  });
});

/** A sweep of a fleet of which 1 % is due. */
async function sweepOf(agents: number): Promise<{ readonly due: number; readonly itemsRead: number }> {
  const memory = new MemoryTable(500);
  const fake = new FakeSweeper(memory, { now: () => new Date('2026-12-01T00:00:00Z') });
  // The first sweep looks at all agents, so it comes before there are any.
  await fake.run();
  populateDue(memory, agents);
  memory.itemsRead = 0;
  const { length: due } = await fake.run();
  return { due, itemsRead: memory.itemsRead };
}

/** Runs the engine on fakes of everything that it calls, and prints the number of calls as JSON. */
async function main(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const localEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = (config: Partial<EngineConfig> = {}): World => {
    const made = new World({ localEndpoint, ...config });
    made.fake.responseUrl = `${localEndpoint}/response`;
    return made;
  };
  const leave = (agents: number): Promise<Cost> => leaveOf(world({ leaverLimit: { count: 20, share: 0.5 } }), agents);
  const review = (agents: number) => {
    const reviewed = new ReviewWorld({}, {}, { localEndpoint });
    reviewed.fake.responseUrl = `${localEndpoint}/response`;
    return reviewOf(reviewed, agents);
  };
  const suspended = await suspendOf(world());
  const fiftyMs = await suspendMany(Array.from({ length: 50 }, () => world()));
  const figures = {
    move: await moveOf(world()),
    small: await leave(10),
    large: await leave(100_000),
    suspended,
    fiftyMs,
    sweep: await sweepOf(100_000),
    reviews: [await review(10), await review(1_000)],
  };
  server.close();
  console.log(JSON.stringify(figures));
}

void main();
