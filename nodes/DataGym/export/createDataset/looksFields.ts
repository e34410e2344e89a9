import { field } from '@datagym/shared/fields';

export const includeHashes = field({
	displayName: 'Include Image Hashes',
	name: 'includeHashes',
	type: 'boolean',
	default: false,
	description: 'Whether to list the SHA-256 and perceptual hash of each image. Reads all image files.',
});

export const togetherByDuplicates = field({
	displayName: 'Keep Together by Similarity',
	name: 'togetherByDuplicates',
	type: 'boolean',
	default: false,
	description: 'Whether images that show the same go to the same split. Reads all image files first.',
});
