/**
 * `npm start`: the sample workflows; `npm start -- --open-core`: the same without a token; `npm start -- active-learning`: a model and
 * people in turn.
 */
const [sample] = process.argv.slice(2);
if (sample === undefined || sample === '--open-core')
	void import('./start').then(async ({ start }) => await start(sample === undefined ? 'current' : 'open-core'));
else if (sample === 'active-learning') void import('./startActiveLearning');
else {
	console.error(
		`There is no sample "${sample}". Use "npm start", "npm start -- --open-core" or "npm start -- active-learning".`,
	);
	process.exitCode = 1;
}
