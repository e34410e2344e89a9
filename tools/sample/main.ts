/** `npm start`: the sample workflows; `npm start -- active-learning`: a model and people in turn. */
const [sample] = process.argv.slice(2);
if (sample === undefined) void import('./start');
else if (sample === 'active-learning') void import('./startActiveLearning');
else {
	console.error(`There is no sample "${sample}". Use "npm start" or "npm start -- active-learning".`);
	process.exitCode = 1;
}
