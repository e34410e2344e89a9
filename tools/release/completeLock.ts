import { readFile, writeFile } from 'node:fs/promises';

/**
 * Adds the packages of other platforms to package-lock.json that npm left out. npm drops an optional package from the lock when
 * the registry at hand does not have it (mirrors often lack other platforms' binaries), and `npm ci` then refuses the lock
 * everywhere. Run it after each `npm install` that changed the lock: `npm run release -- lock`.
 */

interface LockedPackage {
	version?: string;
	optionalDependencies?: Record<string, string>;
	[key: string]: unknown;
}

interface Lock {
	packages: Record<string, LockedPackage>;
}

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const PLATFORM =
	/(darwin|linux|win32|win|android|freebsd|openharmony|wasm32)[-_]?(arm64|x64|ia32|arm|ppc64|s390x|loong64|riscv64)?/;

/** What the lock says of a package that is installed on its own platform only. */
function entryFor(name: string, version: string): LockedPackage | undefined {
	const [, os = '', cpu] = PLATFORM.exec(name) ?? [];
	if (os === '' || !EXACT_VERSION.test(version)) return undefined;
	const libc =
		os !== 'linux' ? undefined : name.includes('musl') ? ['musl'] : name.endsWith('-gnu') ? ['glibc'] : undefined;
	return {
		version,
		...(cpu && { cpu: [cpu] }),
		dev: true,
		optional: true,
		os: [os === 'win' ? 'win32' : os],
		...(libc && { libc }),
	};
}

function complete(lock: Lock): { added: string[]; skipped: string[] } {
	const added: string[] = [];
	const skipped: string[] = [];
	for (const [folder, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
		for (const [name, version] of Object.entries(optionalDependencies)) {
			if (lock.packages[`${folder}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue;
			const entry = entryFor(name, version);
			if (entry) lock.packages[`node_modules/${name}`] = entry;
			(entry ? added : skipped).push(name);
		}
	}
	lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
	return { added, skipped };
}

async function main(): Promise<void> {
	const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lock;
	const { added, skipped } = complete(lock);
	await writeFile('package-lock.json', `${JSON.stringify(lock, null, '\t')}\n`);
	console.log(
		`${added.length} packages of other platforms added${skipped.length > 0 ? `; left out: ${skipped.join(', ')}` : ''}`,
	);
}

void main();
