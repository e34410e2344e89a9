import { PackageDirectoryLoader } from 'n8n-core';
import { answerOnce } from './processes';

answerOnce(async ({ path }: { path: string }) => {
	const begun = performance.now();
	const loader = new PackageDirectoryLoader(path);
	await loader.loadAll();
	return { milliseconds: performance.now() - begun };
});
