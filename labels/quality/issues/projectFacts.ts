import { comparableKey } from '../../classes/classKey';
import { isGeometryClass, type LabelClass, type LabeledImage } from '../../model';
import { sortedNumbers } from '../../steps/sortedNumbers';
import type { Steps } from '../../steps/steps';
import { type ExaminedImage, type ExaminedLabel, examine } from './examined';
import { fencesOf, type FenceRules, type Fences } from './robust';
import { SMALLEST_SAMPLE } from './thresholds';

/** The dataset that an image is in. */
export interface DatasetOfImage {
	readonly datasetId: string;
	readonly datasetName: string;
}

/** Square pixels (pixels of lines), the share of the image (of its diagonal) if its size is known, and width by height. */
export type Measure = 'pixels' | 'share' | 'aspect';

const MEASURES: readonly Measure[] = ['pixels', 'share', 'aspect'];

/** What all images of a project together say, by which a single one is judged. */
export class ProjectFacts {
	private readonly labelCounts = new Map<string, number>();
	private readonly names: ReadonlyMap<string, string>;
	private readonly samples = new Map<string, number[]>();
	private readonly sortedSamples = new Map<string, Float64Array>();
	private readonly known = new Map<string, Fences | undefined>();

	/** @param datasets by image ID; empty where nobody knows. */
	constructor(
		readonly images: readonly LabeledImage[],
		readonly classes: readonly LabelClass[],
		readonly datasets: Pick<ReadonlyMap<string, DatasetOfImage>, 'get'>,
	) {
		this.names = new Map(classes.filter(isGeometryClass).map(({ key, name }) => [comparableKey(key), name]));
	}

	/** Looks at all images, before anything is asked. */
	*learn(): Steps<this> {
		for (const image of this.images) {
			const examined = examine(image);
			for (const label of examined.labels) {
				const { className } = label.object;
				this.labelCounts.set(className, (this.labelCounts.get(className) ?? 0) + 1);
				this.addToSamples(label, examined);
			}
			yield;
		}
		for (const [key, sample] of this.samples) {
			this.sortedSamples.set(key, yield* sortedNumbers(sample));
			this.samples.delete(key);
		}
		return this;
	}

	/** Labels by class. */
	get counts(): ReadonlyMap<string, number> {
		return this.labelCounts;
	}

	/** The class as people know it. */
	nameOf(classKey: string): string {
		return this.names.get(comparableKey(classKey)) ?? classKey;
	}

	/** The fences of a measure for labels of this class and type; undefined if too few of them are whole to tell. */
	fencesOf(measure: Measure, label: ExaminedLabel, rules: FenceRules): Fences | undefined {
		const key = sampleKey(measure, label);
		if (!this.known.has(key)) {
			const sample = this.sortedSamples.get(key);
			const isEnough = sample !== undefined && sample.length >= SMALLEST_SAMPLE;
			this.known.set(key, isEnough ? fencesOf(sample, rules) : undefined);
		}
		return this.known.get(key);
	}

	/** The natural logarithm of a measure: sizes and shapes vary by factors. Nothing for what has none. */
	logOf(measure: Measure, { object, box, extent, fault }: ExaminedLabel, { sizes }: ExaminedImage): number | undefined {
		const { type } = object.geometry;
		if (fault !== undefined || box === undefined || type === 'point') return undefined;
		if (measure === 'aspect') return type === 'line' ? undefined : Math.log(box.width / box.height);
		if (measure === 'pixels') return Math.log(extent);
		const [size] = sizes;
		if (size === undefined) return undefined;
		return Math.log(extent / (type === 'line' ? Math.hypot(size.width, size.height) : size.width * size.height));
	}

	/** What the edge of the image cuts off is not as large, nor of the shape, as its class. */
	private addToSamples(label: ExaminedLabel, image: ExaminedImage): void {
		if (label.isAtEdge) return;
		for (const measure of MEASURES) {
			const value = this.logOf(measure, label, image);
			if (value === undefined) continue;
			const key = sampleKey(measure, label);
			const sample = this.samples.get(key);
			if (sample === undefined) this.samples.set(key, [value]);
			else sample.push(value);
		}
	}
}

function sampleKey(measure: Measure, { object }: ExaminedLabel): string {
	return `${measure} ${object.geometry.type} ${object.className}`;
}
