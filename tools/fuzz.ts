import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs the tests of properties with new seeds: `npm run test:fuzz -- 10`, or for ever without a number, until one fails. */
const rounds = Number(process.argv[2] ?? Infinity);
if (!(rounds >= 1)) throw new Error(`“${process.argv[2]}” is not a number of rounds.`);

const files = readdirSync('test', { encoding: 'utf8', recursive: true })
	.map((file) => join('test', file))
	.filter((file) => file.endsWith('.test.ts') && /\bfc\.(async)?property\(/i.test(readFileSync(file, 'utf8')));
for (let round = 1; round <= rounds; round++) {
	const seed = randomInt(2 ** 31);
	console.log(`Round ${round}, seed ${seed}, ${files.length} files`);
	const { status } = spawnSync('npx', ['jest', '--silent', ...files], {
		stdio: 'inherit',
		env: { ...process.env, SEED: String(seed) },
	});
	if (status !== 0) {
		console.error(`Failed. Again: SEED=${seed} npm test -- <file>`);
		process.exit(1);
	}
}
