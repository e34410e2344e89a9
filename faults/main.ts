import { FAULTS } from './faults';
import { FaultLaboratory } from './laboratory';
import { nameOf } from './operation';
import { OPERATIONS } from './operations';
import { tablesOf } from './table';
import { tryAll } from './trials';

async function main(): Promise<void> {
	const [only = '', onlyFault = '.'] = process.argv.slice(2);
	const operations = OPERATIONS.filter((operation) => nameOf(operation).includes(only));
	const faults = FAULTS.filter(({ name }) => new RegExp(onlyFault).test(name));
	const laboratory = await FaultLaboratory.open();
	const begun = performance.now();
	let last = 0;
	const ticker = setInterval(() => { const n = laboratory.engine.log.lines.length; console.error(new Date().toISOString(), process.cpuUsage().user/1e6, process.memoryUsage().rss/1e6, n-last); last=n; }, 10000).unref();
	const cells = await tryAll(laboratory, operations, faults); clearInterval(ticker);
	console.log(tablesOf(cells));
	console.log(`${cells.length} trials in ${((performance.now() - begun) / 1000).toFixed(1)} s, leaked: ${laboratory.hasLeaked}`);
	for (const { operation, fault, kind, judgement, milliseconds } of cells) if (judgement.verdict === 'wrong' || process.env.VERBOSE) console.log(`${judgement.verdict}\t${operation}\t${fault}\t${kind}\t${milliseconds.toFixed(0)}\t${judgement.why}`);
	await laboratory.close();
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
