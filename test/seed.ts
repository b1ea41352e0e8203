import process from 'node:process';
import fc from 'fast-check';

// Properties draw the same cases in every run, so that the suite says the same of the same sources. `SEED=7 npm test` draws
// others; what fails prints its seed. The endless searches are scripts: `npm run fuzz`, `npm run sim`, `npm run crash`.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 4711) });
