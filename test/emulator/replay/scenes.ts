import { addDataset } from '../store/datasets';
import { addMedium } from '../store/media';
import { joinUnchecked } from '../store/projects';
import { ORGANIZATION } from '../store/store';
import type { Emulator } from '../start';
import type { Pairing } from './pairing';

/**
 * What happened between two recordings without being one: the parallel requests of the races (their outcome is set here, as it was
 * noted) and the video that was written into the database.
 */
export const SCENES: Record<string, (server: Emulator, pairing: Pairing) => void> = {
	'race-same-name-result': ({ store }, pairing) => {
		const dataset = store.dataset(pairing.translate('3d6af920-2b97-49d0-96f0-989a7f21439e'), 'dataset');
		times(8, () =>
			addMedium(store, dataset, {
				name: 'race.jpg',
				sourceType: 'LOCAL',
				mimeType: 'image/jpeg',
				width: 200,
				height: 100,
			}),
		);
	},
	'race-same-dataset-name-result': ({ store }) =>
		times(4, () => addDataset(store, { name: 'concurrent 428121', owner: ORGANIZATION })),
	'race-same-url-result': ({ store }, pairing) => {
		const dataset = store.dataset(pairing.translate('93d39e47-a130-4f29-a8f9-d8ab998bcb68'), 'dataset');
		times(3, () =>
			addMedium(store, dataset, { name: 'race.jpg', sourceType: 'SHAREABLE_LINK', url: 'http://127.0.0.1/race.jpg' }),
		);
	},
	'race-connect-result': ({ store }, pairing) => {
		const project = store.project(pairing.translate('1ed1491e-4e52-43af-a5f0-b9c464b56077'));
		joinUnchecked(store, project, store.dataset(pairing.translate('533fb280-e920-4b8a-a044-48637e3c1941'), 'dataset'));
	},
	'video-dataset-get': ({ store, seed }, pairing) => {
		seed.video(store.dataset(pairing.translate('2617dd41-6f26-4c97-a341-82b639bf2753'), 'dataset'), 'clip.mp4');
	},
};

function times(count: number, act: () => void): void {
	for (let done = 0; done < count; done++) act();
}
