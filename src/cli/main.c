#include <stdio.h>

int main(void)
{
	fputs("blackstart: nothing here yet\n", stderr);
	return 2;
}
