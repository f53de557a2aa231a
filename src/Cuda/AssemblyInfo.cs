using System.Runtime.CompilerServices;

// Every import takes and gives blittable values; text is marshalled by generated code.
[assembly: DisableRuntimeMarshalling]
