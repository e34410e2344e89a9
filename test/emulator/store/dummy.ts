import { addDataset } from './datasets';
import { fillConfiguration, type EntryDraft } from './configuration';
import { addMedium } from './media';
import type { Project } from './model';
import { createProject, joinUnchecked } from './projects';
import { createValue } from './values';
import type { Store } from './store';

const entry = (entryKey: string, entryValue: string, type: string, more: Partial<EntryDraft> = {}): EntryDraft => ({
	id: null,
	entryKey,
	entryValue,
	type,
	color: null,
	shortcut: null,
	required: false,
	maxLength: null,
	options: {},
	children: [],
	...more,
});

/** The classes that the real sample project has [338]; their looks and options are this server's own. */
const CLASSES: EntryDraft[] = [
	entry('car', 'Car', 'polygon', {
		color: '#d62728',
		shortcut: '1',
		children: [entry('car_type', 'Type of car', 'select', { options: { small: 'Small', large: 'Large' } })],
	}),
	entry('truck', 'Truck', 'polygon', { color: '#1f77b4', shortcut: '2' }),
	entry('bus', 'Bus', 'polygon', { color: '#2ca02c', shortcut: '3' }),
	entry('ped_cross', 'Crossing', 'polygon', { color: '#9467bd', shortcut: '4' }),
	entry('pedestrian', 'Pedestrian', 'rectangle', { color: '#ff7f0e', shortcut: '5' }),
	entry('cyclist', 'Cyclist', 'rectangle', { color: '#8c564b', shortcut: '6' }),
	entry('marking', 'Marking', 'line', {
		color: '#7f7f7f',
		shortcut: '7',
		children: [
			entry('type_of_line', 'Type of line', 'select', { options: { solid: 'Solid', dashed: 'Dashed' } }),
			entry('line_color', 'Color of line', 'select', { options: { white: 'White', yellow: 'Yellow' } }),
		],
	}),
	entry('weather', 'Weather', 'select', { options: { fair: 'Fair', rain: 'Rain' } }),
	entry('tod', 'Time of day', 'select', { options: { day: 'Day', night: 'Night' } }),
];

/**
 * The sample project that every organization of the real server gets: ten images, one of them labeled. It appears in all lists,
 * but neither takes datasets nor images [182, 183].
 */
export function makeDummyProject(store: Store, owner: string): Project {
	const project = createProject(store, {
		name: 'Dummy_Project',
		shortDescription: 'A project that helps to track cars from an arial drone',
		owner,
		dummy: true,
	});
	const dataset = addDataset(store, { name: 'Dummy_Dataset_One', owner, dummy: true });
	for (let number = 1; number <= 10; number++) {
		const name = `Sample_${String(number).padStart(2, '0')}.jpg`;
		addMedium(store, dataset, { name, sourceType: 'LOCAL', mimeType: 'image/jpeg', width: 640, height: 360 });
	}
	joinUnchecked(store, project, dataset);
	fillConfiguration(store, project.configuration, CLASSES);
	labelFirst(store, project);
	releaseSome(store, project);
	return project;
}

function labelFirst(store: Store, project: Project): void {
	const [task] = store.board(project).list('BACKLOG');
	if (!task) return;
	for (const root of project.configuration.roots) {
		if (root.type === 'RECTANGLE') {
			const value = createValue(store, task, root, null, 'open-core-dummy-user-sub');
			value.content = { type: 'RECTANGLE', x: 100, y: 80, width: 24, height: 40 };
			value.valid = true;
		}
	}
	task.labeler = 'open-core-dummy-user-sub';
	store.board(project).move(task, 'COMPLETED');
}

/** Of the ten images, by name, those that the real sample project has released [ui 354]. */
const RELEASED = [2, 4, 5, 6];

function releaseSome(store: Store, project: Project): void {
	const board = store.board(project);
	const tasks = board.listAll();
	for (const at of RELEASED) {
		const task = tasks[at];
		if (task) board.move(task, 'WAITING');
	}
}
