import { PackageDirectoryLoader } from 'n8n-core';
import { measureCost } from './measure';
import { answerOnce } from './processes';

answerOnce(
	async ({ path }: { path: string }) => await measureCost(async () => await new PackageDirectoryLoader(path).loadAll()),
);
