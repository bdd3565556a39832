import fc from 'fast-check';

/**
 * The laws try the same cases in each run, so that a failure of `npm test` comes from the change and can be repeated. `npm run test:laws` tries others:
 * it sets the seed, and a failing law prints it.
 */
const FIXED_SEED = 20_261_128;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.NHI_LAW_SEED ?? FIXED_SEED) });
