import { compareTexts } from '../datagym/labelOrder';
import { eachObject, type LabeledImage } from '../model';
import { sorted } from '../steps/sorted';
import type { Steps } from '../steps/steps';
import { CompactJson } from './compactJson';
import { briefOf, type BriefImage, factsOf, type FileFacts, type ImageChange, type ImageList } from './imageList';

type Rest = Omit<LabeledImage, 'imageId' | 'imageName' | 'part'>;

const CHUNK_BYTES = 1 << 20;
/** What files tell that is looked for among what others have told. */
const MOST_DIFFERENT = 1024;

/**
 * Images with their labels as few bytes, about a tenth of what they take as objects: 1.5 million boxes need 40 MB. Images are only
 * added, and what their files tell can be added to them later, or that they are to be left out. Each look at an image makes it anew.
 */
export class ImageStore {
	private readonly json = new CompactJson();
	private readonly chunks: Uint8Array[] = [];
	private free = 0;
	/** The chunk of an image, times `CHUNK_BYTES`, and where it begins there. */
	private readonly positions: number[] = [];
	private readonly ids: string[] = [];
	private readonly names: string[] = [];
	private readonly parts = new Map<number, NonNullable<LabeledImage['part']>>();
	private readonly given = new Map<number, FileFacts>();
	private readonly learned = new Map<string, FileFacts>();
	/** Of the images of a camera, all are the same. */
	private readonly different = new Map<string, FileFacts>();
	private readonly leftOut = new Set<string>();
	private hasPoints = false;

	append({ imageId, imageName, part, ...rest }: LabeledImage): void {
		const place = this.positions.length;
		this.positions.push(this.store(this.json.write(rest)));
		this.ids.push(imageId);
		this.names.push(imageName);
		if (part !== undefined) this.parts.set(place, part);
		const facts = factsOf(rest);
		if (Object.keys(facts).length > 0) this.given.set(place, facts);
		if (!this.hasPoints) eachObject(rest, ({ geometry }) => (this.hasPoints ||= geometry.type === 'point'));
	}

	get length(): number {
		return this.positions.length;
	}

	get mayHavePoints(): boolean {
		return this.hasPoints;
	}

	/** How many images are left out; their number never falls. */
	get leftOutCount(): number {
		return this.leftOut.size;
	}

	/** All images that are not left out, in the order in which they were added. */
	get images(): ImageList {
		return new StoredImages(this, [...this.positions.keys()]);
	}

	/** By name, then by ID. */
	*imagesByName(): Steps<ImageList> {
		const byNameThenId = (a: number, b: number) =>
			compareTexts(this.names[a] ?? '', this.names[b] ?? '') || compareTexts(this.ids[a] ?? '', this.ids[b] ?? '');
		return new StoredImages(this, yield* sorted([...this.positions.keys()], byNameThenId));
	}

	/** Adds what the file of an image tells. */
	learn(imageId: string, facts: FileFacts): void {
		this.learned.set(imageId, this.shared(facts));
	}

	/** Leaves an image out of all lists, also those that are being gone through. */
	leaveOut(imageId: string): void {
		this.leftOut.add(imageId);
	}

	isLeftOut(place: number): boolean {
		return this.leftOut.size > 0 && this.leftOut.has(this.ids[place] ?? '');
	}

	at(place: number): LabeledImage {
		const position = this.positions[place] ?? 0;
		const chunk = this.chunks[Math.floor(position / CHUNK_BYTES)] ?? new Uint8Array();
		// What `append` has written there.
		const rest = this.json.read(chunk, position % CHUNK_BYTES) as Rest;
		const part = this.parts.get(place);
		return {
			imageId: this.ids[place] ?? '',
			imageName: this.names[place] ?? '',
			...rest,
			...this.learned.get(this.ids[place] ?? ''),
			...(part && { part }),
		};
	}

	briefAt(place: number): BriefImage {
		const imageId = this.ids[place] ?? '';
		const facts = this.learned.get(imageId) ?? this.given.get(place);
		const part = this.parts.get(place);
		return { imageId, imageName: this.names[place] ?? '', ...facts, ...(part && { part }), place };
	}

	private shared(facts: FileFacts): FileFacts {
		const key = JSON.stringify(facts);
		const known = this.different.get(key);
		if (known !== undefined) return known;
		if (this.different.size < MOST_DIFFERENT) this.different.set(key, facts);
		return facts;
	}

	private store(bytes: Uint8Array): number {
		if (bytes.length > this.free) {
			this.chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, bytes.length)));
			this.free = this.chunks.at(-1)?.length ?? 0;
		}
		const chunk = this.chunks.at(-1) ?? new Uint8Array();
		const start = chunk.length - this.free;
		chunk.set(bytes, start);
		// An image that is longer than a chunk has one of its own.
		this.free = chunk.length > CHUNK_BYTES ? 0 : this.free - bytes.length;
		return (this.chunks.length - 1) * CHUNK_BYTES + start;
	}
}

/** Some images of a store, in an order of their own. */
class StoredImages implements ImageList {
	private count: number | undefined;
	private leftOutCount = 0;

	constructor(
		private readonly store: ImageStore,
		private readonly places: readonly number[],
		private readonly change?: ImageChange,
	) {}

	get length(): number {
		if (this.count === undefined || this.leftOutCount !== this.store.leftOutCount) {
			this.leftOutCount = this.store.leftOutCount;
			this.count = this.places.reduce((count, place) => count + (this.store.isLeftOut(place) ? 0 : 1), 0);
		}
		return this.count;
	}

	get mayHavePoints(): boolean {
		return this.store.mayHavePoints;
	}

	*[Symbol.iterator](): Iterator<LabeledImage> {
		for (const place of this.places) {
			if (this.store.isLeftOut(place)) continue;
			const image = this.store.at(place);
			yield this.change?.(image) ?? image;
		}
	}

	readonly briefs = (): Iterable<BriefImage> => {
		const each = () => this.eachBrief();
		return { [Symbol.iterator]: each };
	};

	readonly taken = (briefs: Iterable<BriefImage>): ImageList => {
		const places: number[] = [];
		for (const { place } of briefs) if (place !== undefined) places.push(place);
		return new StoredImages(this.store, places, this.change);
	};

	readonly changed = (change: ImageChange): ImageList =>
		new StoredImages(this.store, this.places, (image) => change(this.change?.(image) ?? image));

	private *eachBrief(): Generator<BriefImage> {
		for (const place of this.places) {
			if (this.store.isLeftOut(place)) continue;
			const brief = this.store.briefAt(place);
			if (this.change === undefined) {
				yield brief;
				continue;
			}
			const changed = briefOf(this.change({ ...brief, objects: [], classifications: {} }));
			yield { ...changed, place };
		}
	}
}
