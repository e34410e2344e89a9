import { ImagePaths, type Panoptic, panopticInstances, readPanoptic } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { textOf } from '../../prediction/answers/answerFile';
import { originalNames } from '../../prediction/images/originalNames';
import { type FileSource, wholeOf } from './fileSource';
import type { FileNote, Survey } from './survey';

const LARGEST_PNG = 64 * 2 ** 20;

/**
 * The survey with the labels of panoptic datasets as instances: their PNGs are no images of the dataset, but hold the shapes.
 */
export async function withPanoptic(source: FileSource, survey: Survey): Promise<Survey> {
	const found = [...survey.labels].flatMap(([path, bytes]) => {
		const panoptic = bytes.includes('"segments_info"') ? readPanoptic(parsed(bytes)) : undefined;
		return panoptic === undefined ? [] : [{ path, panoptic }];
	});
	if (found.length === 0) return survey;
	const notes: FileNote[] = [...survey.notes];
	const labels = new Map(survey.labels);
	const images = new Map(survey.images);
	for (const { path, panoptic } of found) {
		const annotationOf = new Map<string, Panoptic['annotations'][number]>();
		for (const annotation of panoptic.annotations) {
			const png = survey.paths.named(annotation.fileName, path);
			if (png === undefined)
				notes.push({ file: path, message: `There is no file "${annotation.fileName}", or several have the name.` });
			else annotationOf.set(png, annotation);
		}
		for (const png of annotationOf.keys()) images.delete(png);
		const instances: string[] = [];
		const pngs = source.files.filter((file) => annotationOf.has(file.path));
		await source.visit(pngs, async (file, content) => {
			const annotation = annotationOf.get(file.path);
			const bytes = await wholeOf(content, LARGEST_PNG);
			if (annotation === undefined) return;
			const read =
				bytes === undefined ? 'The PNG is larger than 64 MB.' : await finish(panopticInstances(annotation, bytes));
			if (typeof read === 'string') notes.push({ file: file.path, message: read });
			else for (const instance of read) instances.push(JSON.stringify(instance));
		});
		const { categories, images: listed } = panoptic;
		const head = JSON.stringify({ categories, images: listed }).slice(0, -1);
		labels.set(path, Buffer.from(`${head},"annotations":[${instances.join(',')}]}`));
	}
	return { ...survey, images, labels, notes, paths: new ImagePaths(images.keys(), originalNames) };
}

function parsed(bytes: Buffer): unknown {
	try {
		return JSON.parse(textOf(bytes));
	} catch {
		return undefined;
	}
}
