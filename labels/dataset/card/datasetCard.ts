import type { WritableFormat } from '../../formats/format';
import { eachObject, type GeometryType, type ImageSize, type LabeledImage } from '../../model';
import { sorted } from '../../steps/sorted';
import type { Steps } from '../../steps/steps';
import { type BriefImage, briefsOf, type ImageList } from '../../store/imageList';
import type { Conversion } from '../conversionReport';
import { SPLITS, type Split } from '../splits';
import { datasetStatistics, type DatasetStatistics, percent } from '../statistics';
import { markdownRow, markdownText } from './markdown';
import { yamlMetadata } from './yaml';

/** What a dataset card says beside what the dataset itself tells. Empty texts are left out. */
export interface CardTexts {
	/** The name for people. */
	readonly name: string;
	/** An identifier of the Hub, such as `cc-by-4.0`. */
	readonly license: string;
	/** Markdown. */
	readonly description: string;
}

interface CardContent {
	readonly texts: CardTexts;
	readonly format: WritableFormat;
	readonly images: ImageList;
	readonly includesImages: boolean;
	readonly splitOf: (image: BriefImage) => Split;
	/** Whether a split that has images has files, too. */
	readonly hasFiles: (split: Split) => boolean;
	/** The classes that an image shows in the dataset, one for each label. */
	readonly classNamesOf: (image: LabeledImage) => readonly string[];
	readonly classIds: Readonly<Record<string, number>>;
	/** Whether the class is one of the whole image. */
	readonly isClassified: boolean;
	/** Whether images have a class of their own, beside labels or alone. */
	readonly hasImageClass: boolean;
	readonly hasKeypoints: boolean;
	/** Sentences on how it was made. */
	readonly making: readonly string[];
	readonly conversions: readonly Conversion[];
}

/** How the Hub and `datasets` call the splits. */
const HUB_SPLITS: Readonly<Record<Split, string>> = { train: 'train', val: 'validation', test: 'test' };

/**
 * The card of a dataset: `README.md` with the metadata that the Hugging Face Hub reads, and a page for people. It depends on the dataset
 * and nothing else, so that the same dataset has the same card.
 * Source: huggingface/hub-docs, `datasetcard.md` and `docs/hub/datasets-cards.md`; huggingface_hub, `repocard_data.py`.
 */
export function* datasetCard(content: CardContent): Steps<string> {
	const statistics = yield* datasetStatistics(content.images, content);
	const { name, description } = content.texts;
	const parts = [
		`# ${markdownText(name)}`,
		description.trim(),
		splitTable(statistics),
		classTable(content, statistics),
		yield* sizes(content.images),
		`## How it was made\n\n${content.making.map((sentence) => `- ${markdownText(sentence)}`).join('\n')}`,
		conversionTable(content.conversions),
		loading(content),
	];
	return `${yield* metadata(content, statistics)}\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function* metadata(content: CardContent, { imageCount, labelCount, splits }: DatasetStatistics): Steps<string> {
	const { texts, format, includesImages } = content;
	const { dataFiles } = format.writes;
	const present = SPLITS.filter((split) => splits[split].imageCount > 0 && content.hasFiles(split));
	return yamlMetadata({
		...(texts.license !== '' && { license: texts.license }),
		pretty_name: texts.name,
		task_categories: yield* tasksOf(content),
		size_categories: [sizeCategory(format.writes.cutsImages === true ? labelCount : imageCount)],
		tags: ['datagym', format.key],
		...(dataFiles !== undefined &&
			includesImages && {
				configs: [
					{
						config_name: 'default',
						data_files: present.map((split) => ({ split: HUB_SPLITS[split], path: dataFiles(split) })),
					},
				],
			}),
	});
}

/** The tasks of the Hub that the labels are for. Source: huggingface/huggingface.js, `packages/tasks`. */
function* tasksOf(content: CardContent): Steps<readonly string[]> {
	const {
		images,
		format: { writes },
		isClassified,
		hasImageClass,
		hasKeypoints,
	} = content;
	if (isClassified || writes.cutsImages === true) return ['image-classification'];
	const types = new Set<GeometryType>();
	for (const image of images) {
		eachObject(image, ({ geometry }) => types.add(geometry.type));
		yield;
	}
	const hasBoxesOnly = writes.conversions.includes('reduced-to-box');
	const hasOutlines = ['polygon', 'segmentation'].some((type) => [...types].some((known) => known === type));
	const hasPoints = hasKeypoints || (types.has('point') && !hasBoxesOnly);
	return [
		...(types.has('rectangle') || hasBoxesOnly ? ['object-detection'] : []),
		...(hasOutlines && !hasBoxesOnly ? ['image-segmentation'] : []),
		...(hasPoints ? ['keypoint-detection'] : []),
		...(hasImageClass ? ['image-classification'] : []),
	];
}

const SIZE_CATEGORIES = [
	[1e3, 'n<1K'],
	[1e4, '1K<n<10K'],
	[1e5, '10K<n<100K'],
	[1e6, '100K<n<1M'],
] as const;

function sizeCategory(count: number): string {
	return SIZE_CATEGORIES.find(([limit]) => count < limit)?.[1] ?? '1M<n<10M';
}

function splitTable({ imageCount, splits }: DatasetStatistics): string {
	const rows = SPLITS.filter((split) => splits[split].imageCount > 0).map((split) => {
		const { imageCount: count, labelCount } = splits[split];
		return markdownRow([split, count, percent(count / imageCount), labelCount]);
	});
	return ['## Splits', '', markdownRow(['Split', 'Images', 'Share', 'Labels']), '|---|---:|---:|---:|', ...rows].join(
		'\n',
	);
}

function classTable({ classIds, isClassified }: CardContent, { labelCount, classes }: DatasetStatistics): string {
	const known = isClassified ? [] : Object.entries(classIds).sort(([, a], [, b]) => a - b);
	const names = known.length > 0 ? known.map(([name]) => name) : [...classes.keys()].sort();
	if (names.length === 0) return '';
	const rows = names.map((name) => {
		const count = classes.get(name) ?? { labelCount: 0, imageCount: 0 };
		const id = isClassified ? [] : [classIds[name] ?? ''];
		return markdownRow([
			...id,
			name,
			count.labelCount,
			labelCount > 0 ? percent(count.labelCount / labelCount) : '',
			count.imageCount,
		]);
	});
	const head = [...(isClassified ? [] : ['Class ID']), 'Class', 'Labels', 'Share', 'Images'];
	const rule = [...(isClassified ? [] : ['---:']), '---', '---:', '---:', '---:'];
	return ['## Classes', '', markdownRow(head), `|${rule.join('|')}|`, ...rows].join('\n');
}

/** As displayed. */
function* sizes(images: ImageList): Steps<string> {
	const known: ImageSize[] = [];
	for (const { width, height } of briefsOf(images)) {
		if (width !== undefined && height !== undefined) known.push({ width, height });
		yield;
	}
	if (known.length === 0) return '';
	const ordered = yield* sorted(
		known,
		(a, b) => a.width * a.height - b.width * b.height || a.width - b.width || a.height - b.height,
	);
	const shown = (at: number) => {
		const { width, height } = ordered[at] ?? { width: 0, height: 0 };
		return `${width} × ${height}`;
	};
	const [smallest, largest] = [shown(0), shown(ordered.length - 1)];
	const range =
		smallest === largest
			? `${smallest} pixels`
			: `From ${smallest} to ${largest} pixels, with a median of ${shown(Math.floor((ordered.length - 1) / 2))}`;
	return `## Image sizes\n\n${range}${known.length < images.length ? `, of ${known.length} of ${images.length} images` : ''}.`;
}

function conversionTable(conversions: readonly Conversion[]): string {
	if (conversions.length === 0) return '';
	const rows = conversions.map(({ count, className = '', message }) =>
		markdownRow([count, className, message.split('. ')[0]?.replace(/\.$/, '') ?? '']),
	);
	return [
		'## What the format could not hold',
		'',
		markdownRow(['Count', 'Class', 'What']),
		'|---:|---|---|',
		...rows,
	].join('\n');
}

function loading({ format, includesImages }: CardContent): string {
	const isForDatasets = format.writes.dataFiles !== undefined && includesImages;
	const lines = isForDatasets
		? ['from datasets import load_dataset', '', 'dataset = load_dataset("user/name")']
		: [
				'from huggingface_hub import snapshot_download',
				'',
				'folder = snapshot_download("user/name", repo_type="dataset")',
			];
	const start = `## How to load it\n\nThe labels are in the format ${markdownText(format.name)}. Replace \`user/name\` with the place of this dataset on the Hub.`;
	return `${start}\n\n\`\`\`python\n${lines.join('\n')}\n\`\`\``;
}
