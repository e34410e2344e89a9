import fc from 'fast-check';

/**
 * What `fast-check` draws from, for every property. It is fixed, so that a run that fails can be run again, and a change is
 * never refused for what another day would have drawn: other seeds are tried by `npm run test:fuzz`. Set by the environment's SEED.
 */
export const SEED = Number(process.env.SEED ?? 20261124);

fc.configureGlobal({ seed: SEED });
