/** Names that datasets and label classes may not bear, in exactly this case (contract, section 3). */
const RESERVED = new Set([
	...['geometry', 'geometry_type', 'class_name', 'classification', 'classifications', 'global_classifications'],
	...['classification_type', 'tag', 'status', 'label', 'labeler', 'label_classes', 'reviewer'],
	...['image', 'imageId', 'external_image_ID', 'internal_image_ID'],
	...['media', 'mediaId', 'external_media_ID', 'internal_media_ID'],
	...['lcentrypoint', 'lcentryline', 'lcentrypolygon', 'lcentryrectangle', 'lcentrychecklist', 'lcentryradio'],
	...['lcentryselect', 'lcentrypointvalue', 'lcentrylinevalue', 'lcentrypolygonvalue', 'lcentryrectanglevalue'],
	...['lcentrychecklistvalue', 'lcentryradiovalue', 'lcentryselectvalue'],
	...['point', 'line', 'polygon', 'rectangle', 'checklist', 'freetext,', 'radio', 'select'],
	...['Dummy_Project', 'Dummy_Dataset_One', 'Dummy_Dataset_Two', 'Intersections'],
]);

export function isReserved(name: string): boolean {
	return RESERVED.has(name);
}
