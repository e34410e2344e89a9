import { field } from '@datagym/shared/fields';

export const includeHashes = field({
	displayName: 'Include Image Hashes',
	name: 'includeHashes',
	type: 'boolean',
	default: false,
	description: 'Whether to list the SHA-256 and perceptual hash of images',
});

export const togetherByDuplicates = field({
	displayName: 'Keep Together by Similarity',
	name: 'togetherByDuplicates',
	type: 'boolean',
	default: false,
	description: 'Whether images that show the same share a split',
});
