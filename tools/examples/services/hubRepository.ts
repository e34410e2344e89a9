import { createHash } from 'node:crypto';

/** What the Hub refuses, with the status of its response. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

interface HubFile {
	readonly bytes: Buffer;
	/** As Git names the file or, of one in LFS, its pointer. */
	readonly oid: string;
	/** The SHA-256 of a file in LFS. */
	readonly lfs?: string;
}

type Json = Readonly<Record<string, unknown>>;
type Files = ReadonlyMap<string, HubFile>;

interface Commit {
	readonly id: string;
	readonly summary: string;
	readonly files: Files;
}

/** The endings that `.gitattributes` of a new dataset on the Hub keeps in LFS, as far as datasets of images have them. */
const IN_LFS = /\.(?:jpe?g|png|webp|bmp|gif|parquet|zip|tar)$/i;
const MOST_BYTES = 10 * 1024 * 1024;

/** A dataset's repository: commits on one branch, and tags. */
export class HubRepository {
	readonly commits: Commit[] = [{ id: shaOf('sha1', 'first'), summary: 'initial commit', files: new Map() }];
	readonly tags = new Map<string, string>();

	preupload({ files }: Json): Json {
		const asked = files as Array<{ path: string; size: number; sample: string }>;
		return {
			files: asked.map(({ path, size }) => ({
				path,
				uploadMode: IN_LFS.test(path) || size > MOST_BYTES ? 'lfs' : 'regular',
				shouldIgnore: false,
			})),
		};
	}

	/** @param ndjson a header and an operation per line. @returns the ID of the commit. */
	commit(ndjson: string, objects: ReadonlyMap<string, Buffer>): string {
		const lines = ndjson.split('\n').filter((line) => line.trim() !== '');
		const [header, ...operations] = lines.map((line) => JSON.parse(line) as { key: string; value: Json });
		const summary = header?.value.summary;
		if (header?.key !== 'header' || typeof summary !== 'string' || summary === '')
			throw new Refusal(400, 'The first line must be a header with a summary');
		const files = new Map(this.last.files);
		for (const { key, value } of operations) apply(files, key, value, objects);
		const id = shaOf('sha1', `${this.last.id} ${this.commits.length} ${ndjson}`);
		this.commits.push({ id, summary, files });
		return id;
	}

	tag(revision: string, { tag }: Json): Json {
		if (typeof tag !== 'string' || tag === '') throw new Refusal(400, 'A tag needs a name');
		if (this.tags.has(tag)) throw new Refusal(409, `Tag reference exists already: refs/tags/${tag}`);
		this.tags.set(tag, this.at(revision).id);
		return { name: tag };
	}

	tree(revision: string, folder: string, isRecursive: boolean): Json[] {
		const prefix = folder === '' ? '' : `${folder}/`;
		const entries = [...this.at(revision).files]
			.filter(([path]) => path.startsWith(prefix))
			.map(([path, file]) => entryOf(path, file));
		const inside = entries.map(({ path }) => String(path).slice(prefix.length).split('/'));
		const folders = new Set(
			inside.flatMap((parts) => parts.slice(0, -1).map((_, end) => parts.slice(0, end + 1).join('/'))),
		);
		const all = [...[...folders].map((path) => folderEntry(`${prefix}${path}`)), ...entries];
		if (entries.length === 0 && folder !== '') throw new Refusal(404, 'Not found');
		return isRecursive ? all : all.filter(({ path }) => !String(path).slice(prefix.length).includes('/'));
	}

	/** Of those of the paths that are there, files and folders. */
	entries(revision: string, paths: readonly string[]): Json[] {
		const { files } = this.at(revision);
		return paths.flatMap((path) => {
			const file = files.get(path);
			if (file !== undefined) return [entryOf(path, file)];
			return [...files.keys()].some((each) => each.startsWith(`${path}/`)) ? [folderEntry(path)] : [];
		});
	}

	refs(): Json {
		const tags = [...this.tags].map(([name, targetCommit]) => ({ name, ref: `refs/tags/${name}`, targetCommit }));
		const main = { name: 'main', ref: 'refs/heads/main', targetCommit: this.last.id };
		return { branches: [main], converts: [], tags };
	}

	info(id: string, revision: string): Json {
		const { id: sha, files } = this.at(revision);
		const siblings = [...files.keys()].map((rfilename) => ({ rfilename }));
		return { id, sha, private: false, gated: false, disabled: false, downloads: 0, likes: 0, tags: [], siblings };
	}

	file(revision: string, path: string): { readonly commit: string; readonly file: HubFile | undefined } {
		const { id, files } = this.at(revision);
		return { commit: id, file: files.get(path) };
	}

	/** The files on the branch. */
	get files(): Files {
		return this.last.files;
	}

	private get last(): Commit {
		return this.commits.at(-1)!;
	}

	private at(revision: string): Commit {
		const id = this.tags.get(revision) ?? revision;
		const found = revision === 'main' || revision === '' ? this.last : this.commits.find((commit) => commit.id === id);
		if (found === undefined) throw new Refusal(404, `Invalid rev id: ${revision}`);
		return found;
	}
}

function apply(files: Map<string, HubFile>, key: string, value: Json, objects: ReadonlyMap<string, Buffer>): void {
	const path = String(value.path);
	if (path === 'undefined' || path.startsWith('/') || path.includes('..'))
		throw new Refusal(400, `Invalid path: ${path}`);
	switch (key) {
		case 'file': {
			const bytes = Buffer.from(String(value.content), value.encoding === 'base64' ? 'base64' : 'utf8');
			if (IN_LFS.test(path) || bytes.length > MOST_BYTES)
				throw new Refusal(400, `${path} is binary or larger than 10 MiB: use LFS`);
			files.set(path, { bytes, oid: gitId(bytes) });
			return;
		}
		case 'lfsFile': {
			const oid = String(value.oid);
			const bytes = objects.get(oid);
			if (value.algo !== 'sha256' || bytes === undefined) throw new Refusal(400, `LFS object ${oid} was not uploaded`);
			if (bytes.length !== value.size) throw new Refusal(400, `LFS object ${oid} has ${bytes.length} bytes`);
			files.set(path, { bytes, oid: gitId(Buffer.from(`oid sha256:${oid}\nsize ${bytes.length}\n`)), lfs: oid });
			return;
		}
		case 'deletedFile':
			if (!files.delete(path)) throw new Refusal(404, `There is no ${path} to delete`);
			return;
		default:
			throw new Refusal(400, `Unknown operation ${key}`);
	}
}

function entryOf(path: string, { bytes, oid, lfs }: HubFile): Json {
	const size = bytes.length;
	return { type: 'file', path, size, oid, ...(lfs !== undefined && { lfs: { oid: lfs, size, pointerSize: 130 } }) };
}

function folderEntry(path: string): Json {
	return { type: 'directory', path, size: 0, oid: shaOf('sha1', path) };
}

function gitId(bytes: Buffer): string {
	return shaOf('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]));
}

function shaOf(algorithm: 'sha1', content: string | Buffer): string {
	return createHash(algorithm).update(content).digest('hex');
}
