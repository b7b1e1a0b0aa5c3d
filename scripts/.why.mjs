import { build } from "esbuild";
const [entry] = process.argv.slice(2);
const bad = new Map();
const r = await build({ entryPoints: [entry], bundle:true, write:false, metafile:true, format:"esm", platform:"browser", outdir:"/tmp/x", logLevel:"silent", minify:true,
 plugins:[{name:"n",setup(b){ b.onResolve({filter:/tensorflow\.js$/},a=>({path:"tf",external:true})); b.onResolve({filter:/utf8\.js$/},a=>({path:"utf8",external:true})); b.onResolve({filter:/^[^.]/},a=>{ if(a.kind==="entry-point")return; (bad.get(a.path)??bad.set(a.path,[]).get(a.path)).push(a.importer.replace(/.*\/src\//,"")); return {path:a.path,external:true};});}}]});
for (const [p,l] of [...bad].sort()) console.log(p,"<-",[...new Set(l)].slice(0,12).join(" "));
console.log(Object.keys(r.metafile.inputs).length,"files",r.outputFiles[0].contents.length);
