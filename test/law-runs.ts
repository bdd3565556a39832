/** Of the laws that take long, `npm test` tries a part of the cases. */
const SHARE = 1 / 3;

/** How many cases a law that takes long tries: all of them in `npm run test:laws`, which sets the seed. */
export function runs(all: number): number {
  return process.env.NHI_LAW_SEED === undefined ? Math.ceil(all * SHARE) : all;
}
