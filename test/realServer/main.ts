import { startEngine } from '../support/n8n/engine';
import { takesClassesOfOtherTools } from './classesOfOtherTools';
import { labelsLieOnTheirPixels } from './drawnLabels';
import { importsKeepWork } from './imports';
import { readingSkipsNothing } from './linkedImages';
import { serverOfTheEnvironment, type Check } from './server';
import { FOLDER, wholeProjectInOneWorkflow } from './wholeProject';

/**
 * Promises that only a real server can keep or break: `DATAGYM_URL=… DATAGYM_TOKEN=… npm run test:server [-- labels|imports|links|classes]`,
 * and `project` on the open core as released, without a token. It must be on this machine; `labels` and `project` use its pages.
 * Each check makes projects of its own.
 */
const CHECKS: Readonly<Record<string, Check>> = {
	imports: importsKeepWork,
	links: readingSkipsNothing,
	classes: takesClassesOfOtherTools,
	labels: labelsLieOnTheirPixels,
	project: wholeProjectInOneWorkflow,
};

async function main(names: readonly string[]): Promise<void> {
	const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
	if (unknown.length > 0)
		throw new Error(`There is no check "${unknown.join('", "')}": ${Object.keys(CHECKS).join(', ')}`);
	const address = await serverOfTheEnvironment();
	const engine = await startEngine({ fileFolders: [FOLDER] });
	try {
		const { url: baseUrl, token } = address;
		const authentication = token === '' ? 'none' : 'apiToken';
		const credential = await engine.saveCredential('dataGymApi', { baseUrl, token, authentication });
		for (const [name, check] of Object.entries(CHECKS)) {
			if (names.length > 0 && !names.includes(name)) continue;
			console.log(`\n=== ${name}`);
			await check({ ...address, engine, credential });
		}
	} finally {
		await engine.stop();
	}
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
