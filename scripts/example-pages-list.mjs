/** Pages of models that the website shows: below docs/api, and what links call them. */
export const examplePages = [
  { file: "pages/quickstart.html", title: "The quickstart's model" },
  { file: "pages/three.html", title: "A model of three modalities, which may lack some" },
  { file: "pages/photos.html", title: "A model of pictures and a table" },
];
