import { compiledFile, countDownloads } from '@datagym/tools/n8n/install';

/** As npm 11 prints it with `--loglevel=http`. */
const DESCRIPTION = 'npm http fetch GET 200 https://registry.npmjs.org/p-limit 280ms (cache updated)';
const FETCHED = 'npm http fetch GET 200 https://registry.npmjs.org/p-limit/-/p-limit-7.3.3.tgz 90ms (cache miss)';
const CACHED =
	'npm http cache yocto-queue@https://registry.npmjs.org/yocto-queue/-/yocto-queue-1.2.2.tgz 0ms (cache hit)';

describe('The progress of an installation', () => {
	test('counts each package once, whether it is fetched or in the cache of npm', () => {
		const tell = countDownloads();
		expect(tell(DESCRIPTION)).toBe('looking up packages: 1 so far');
		expect(tell(DESCRIPTION)).toBe('looking up packages: 1 so far');
		expect(tell(FETCHED)).toMatch(/^downloading packages: 1 of about \d+$/);
		expect(tell(CACHED)).toMatch(/^downloading packages: 2 of about \d+$/);
		expect(tell(CACHED)).toMatch(/^downloading packages: 2 of about \d+$/);
		expect(tell('added 2 packages in 2s')).toBeUndefined();
	});

	test('never says that all is there while npm still works', () => {
		const tell = countDownloads();
		const last = Array.from({ length: 3_000 }, (_, index) => tell(CACHED.replace('1.2.2', `1.2.${index}`))).at(-1);
		expect(last).toBe('unpacking the last packages');
	});

	test('names the file that the compiler is at', () => {
		expect(compiledFile('  CC(target) Release/obj.target/sqlite3/gen/sqlite-autoconf/sqlite3.o')).toBe(
			'compiling sqlite3.o',
		);
		expect(compiledFile('gyp info ok')).toBeUndefined();
	});
});
