import type { INodeExecutionData } from 'n8n-workflow';
import { hasImageEnding } from '@datagym/labels';

/** Fields in which DataGym's nodes and others say which file an item is about. */
const NAME_FIELDS = ['imageName', 'fileName', 'filename', 'file_name'] as const;
/** Fields that can hold a link or a path, of this image or of anything else, so that only names of images count. */
const LINK_FIELDS = ['imageUrl', 'image_url', 'url', 'image', 'path', 'filePath', 'key', 'Key', 'name'] as const;

/** What an item calls its image, the likeliest first. */
export function nameTexts({ json, binary }: INodeExecutionData): readonly string[] {
	return [
		...NAME_FIELDS.flatMap((field) => textIn(json[field])),
		...Object.values(binary ?? {}).flatMap(({ fileName }) => textIn(fileName)),
	];
}

/** The links and paths of images in an item. */
export function linkTexts({ json }: INodeExecutionData): readonly string[] {
	return LINK_FIELDS.flatMap((field) => textIn(json[field])).filter((link) =>
		hasImageEnding(link.split(/[?#]/, 1)[0] ?? ''),
	);
}

/** Numbers, too: images can be called by one. */
export function textIn(value: unknown): readonly string[] {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	return text === '' ? [] : [text];
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text has the form of DataGym's IDs. */
export function looksLikeId(text: string): boolean {
	return ID.test(text);
}
