/* Does nothing. Under a sanitizer it ends well only where leaks can be looked for. */
int main(void)
{
	return 0;
}
