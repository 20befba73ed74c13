// expat for Swift: its header alone, since every function that is used can be called as it is.
#ifndef KCC_CEXPAT_SHIM_H
#define KCC_CEXPAT_SHIM_H

#include <expat.h>

#endif
