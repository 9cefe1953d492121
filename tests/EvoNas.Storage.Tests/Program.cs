using EvoNas.Storage.Tests.Faults;

// The tests start this assembly again, as a process that they can kill, confine or starve.
return await OtherProcess.Run(args);
